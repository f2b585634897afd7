/** The part of Swagger UI that we call; the package brings no types. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    url: string;
    dom_id: string;
    deepLinking: boolean;
    /** `null`: no foreign service is asked to judge the document. */
    validatorUrl: null;
  }

  export default function SwaggerUi(options: Options): void;
}
